package io.sigyn.agent.http;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/** Certificates and private keys in PEM. */
final class Pem {
  private static final byte[] RSA = HexFormat.of().parseHex("300d06092a864886f70d0101010500");
  private static final byte[] VERSION_0 = {2, 1, 0};
  private static final byte[] EC_OID = HexFormat.of().parseHex("06072a8648ce3d0201");
  private static final List<byte[]> CURVES =
      List.of(
          HexFormat.of().parseHex("06082a8648ce3d030107"),
          HexFormat.of().parseHex("06052b81040022"),
          HexFormat.of().parseHex("06052b81040023"));

  private Pem() {}

  /** All certificates of a text. */
  static List<Certificate> certificates(String text) throws GeneralSecurityException {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    return List.copyOf(
        factory.generateCertificates(new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII))));
  }

  /** The private key of a text: PKCS 8, or RSA and EC keys as OpenSSL and kubeadm write them. */
  static PrivateKey privateKey(String text) throws GeneralSecurityException {
    if (text.contains("-----BEGIN PRIVATE KEY-----")) {
      byte[] der = block(text, "PRIVATE KEY");
      for (String algorithm : List.of("RSA", "EC", "Ed25519")) {
        try {
          return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (InvalidKeySpecException e) {
          // It is a key of another kind.
        }
      }
      throw new GeneralSecurityException("the private key is neither RSA, EC nor Ed25519");
    } else if (text.contains("-----BEGIN RSA PRIVATE KEY-----")) {
      byte[] der = sequence(VERSION_0, RSA, tagged(4, block(text, "RSA PRIVATE KEY")));
      return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(der));
    } else if (text.contains("-----BEGIN EC PRIVATE KEY-----")) {
      byte[] key = block(text, "EC PRIVATE KEY");
      for (byte[] curve : CURVES) {
        if (contains(key, curve)) {
          byte[] der = sequence(VERSION_0, sequence(EC_OID, curve), tagged(4, key));
          return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
        }
      }
      throw new GeneralSecurityException("the EC private key is on no curve that is known here");
    }
    throw new GeneralSecurityException("no private key found; it must be PEM and not encrypted");
  }

  private static byte[] block(String text, String kind) {
    String begin = "-----BEGIN " + kind + "-----";
    int from = text.indexOf(begin) + begin.length();
    int to = text.indexOf("-----END " + kind + "-----", from);
    return Base64.getMimeDecoder().decode(text.substring(from, to < 0 ? text.length() : to));
  }

  private static byte[] sequence(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return tagged(0x30, all.toByteArray());
  }

  private static byte[] tagged(int tag, byte[] value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (value.length < 0x80) {
      out.write(value.length);
    } else if (value.length < 0x100) {
      out.write(0x81);
      out.write(value.length);
    } else {
      out.write(0x82);
      out.write(value.length >> 8);
      out.write(value.length);
    }
    out.writeBytes(value);
    return out.toByteArray();
  }

  private static boolean contains(byte[] in, byte[] wanted) {
    for (int i = 0; i + wanted.length <= in.length; i++) {
      int same = 0;
      while (same < wanted.length && in[i + same] == wanted[same]) {
        same++;
      }
      if (same == wanted.length) {
        return true;
      }
    }
    return false;
  }
}
