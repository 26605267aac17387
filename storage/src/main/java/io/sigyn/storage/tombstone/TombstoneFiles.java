package io.sigyn.storage.tombstone;

import io.sigyn.model.Tenant;
import io.sigyn.storage.files.Publication;
import io.sigyn.storage.files.StoreFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Function;

/**
 * The files of delete requests: each has two, of one name and content, in two directories of its tenant, so that the loss of
 * one brings back nothing that was deleted. The first is what earlier versions know, the other its copy.
 *
 * <p>Wherever a change is cut off, no copy is without its first file: then that one was lost, and by nothing that we did.
 *
 * @param firsts where a tenant's requests lie
 * @param copies where their copies lie
 */
record TombstoneFiles(StoreFiles files, Function<Tenant, Path> firsts, Function<Tenant, Path> copies) {
  Path first(Tenant tenant, String name) {
    return firsts.apply(tenant).resolve(name);
  }

  Path copy(Tenant tenant, String name) {
    return copies.apply(tenant).resolve(name);
  }

  /** Whether a tenant has, or had, any. */
  boolean exist(Tenant tenant) {
    return files.exists(firsts.apply(tenant)) || files.exists(copies.apply(tenant));
  }

  /** Makes both files, or replaces them, durably. */
  void write(Tenant tenant, Tombstone tombstone) throws IOException {
    byte[] content = tombstone.encode(tenant);
    files.createDirectory(firsts.apply(tenant));
    files.createDirectory(copies.apply(tenant));
    Publication.publish(files, first(tenant, tombstone.fileName()), content);
    Publication.publish(files, copy(tenant, tombstone.fileName()), content);
  }

  /**
   * Removes both files, durably. The copy is gone for good before the other goes, so what is cut off in between leaves the
   * request as it was. That takes no space, so a request can be withdrawn from a full disk.
   */
  void erase(Tenant tenant, String name) throws IOException {
    files.delete(copy(tenant, name));
    if (files.exists(copies.apply(tenant))) {
      files.syncDirectory(copies.apply(tenant));
    }
    files.delete(first(tenant, name));
    files.syncDirectory(firsts.apply(tenant));
  }
}
