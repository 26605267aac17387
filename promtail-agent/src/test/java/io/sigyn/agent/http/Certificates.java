package io.sigyn.agent.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** Certificates for tests, valid for 127.0.0.1 and {@code NAME.example}. */
public final class Certificates {
  /** Of every store. */
  public static final char[] PASSWORD = "changeit".toCharArray();

  private Certificates() {}

  /** A key and its certificate under the alias "one", made by the JDK's own keytool: a process cannot make one itself. */
  public static KeyStore store(Path dir, String name) throws IOException, InterruptedException, GeneralSecurityException {
    Path file = dir.resolve(name + ".p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-J-XX:TieredStopAtLevel=1",
                "-J-XX:+UseSerialGC", "-genkeypair", "-alias", "one",
                "-keyalg", "EC", "-groupname", "secp256r1", "-dname", "CN=" + name, "-ext",
                "san=ip:127.0.0.1,dns:" + name + ".example", "-validity", "3650", "-storetype", "PKCS12", "-storepass", "changeit", "-keystore", file.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(keytool.waitFor()).as(said).isZero();
    return KeyStore.getInstance(file.toFile(), PASSWORD);
  }

  /** TLS of a server that shows the certificate, and asks nobody for one. */
  public static SSLContext context(KeyStore store) throws GeneralSecurityException {
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }

  /** The certificate of a store. */
  public static String certificate(KeyStore store) throws GeneralSecurityException {
    return pem("CERTIFICATE", store.getCertificate("one").getEncoded());
  }

  /** One block. */
  public static String pem(String kind, byte[] der) {
    return "-----BEGIN " + kind + "-----\n" + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END " + kind + "-----\n";
  }
}
