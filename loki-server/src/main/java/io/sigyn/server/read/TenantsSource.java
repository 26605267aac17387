package io.sigyn.server.read;

import io.sigyn.logql.engine.EntrySource;
import io.sigyn.model.Direction;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.EntryCursor;
import io.sigyn.model.Labels;
import io.sigyn.model.ScanStats;
import io.sigyn.model.Selection;
import io.sigyn.model.Tenant;
import io.sigyn.storage.Store;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The entries of several tenants as those of one, every stream marked with its tenant. */
record TenantsSource(Store store, List<Tenant> tenants) implements EntrySource {
  @Override
  public EntryCursor select(Selection selection, ScanStats stats) {
    Selection others =
        new Selection(
            TenantMatchers.others(selection.matchers()), selection.range(), selection.direction());
    List<Part> parts = new ArrayList<>();
    for (Tenant tenant : TenantMatchers.accepted(tenants, selection.matchers())) {
      parts.add(new Part(tenant, store.select(tenant, others, stats)));
    }
    return new Merged(parts, selection.direction() == Direction.BACKWARD);
  }

  /** One tenant's blocks. */
  private static final class Part {
    final Tenant tenant;
    final EntryCursor cursor;
    final Map<Labels, Labels> marked = new HashMap<>();

    Part(Tenant tenant, EntryCursor cursor) {
      this.tenant = tenant;
      this.cursor = cursor;
    }

    EntryBlock block() {
      EntryBlock block = cursor.block();
      int size = block.size();
      long[] timestamps = new long[size];
      int[] offsets = new int[size + 1];
      Labels[] metadata = new Labels[block.hasMetadata() ? size : 0];
      for (int r = 0; r < size; r++) {
        timestamps[r] = block.timestamp(r);
        offsets[r] = block.lineStart(r);
        if (metadata.length > 0) {
          metadata[r] = block.metadata(r);
        }
      }
      offsets[size] = block.lineStart(size);
      Labels stream =
          marked.computeIfAbsent(block.stream(), labels -> TenantMatchers.mark(labels, tenant));
      return EntryBlock.of(stream, 0, size, timestamps, offsets, block.text(), metadata);
    }
  }

  /** Takes the next block from whichever cursor may hold the next entry. */
  private static final class Merged implements EntryCursor {
    private final List<Part> parts;
    private final boolean backward;
    private final List<Part> open;
    private EntryBlock block =
        EntryBlock.of(Labels.EMPTY, 0, 0, new long[0], new int[1], new byte[0]);

    Merged(List<Part> parts, boolean backward) {
      this.parts = parts;
      this.backward = backward;
      this.open = new ArrayList<>(parts);
    }

    @Override
    public boolean next() {
      while (!open.isEmpty()) {
        Part best = open.getFirst();
        for (Part part : open) {
          boolean better =
              backward
                  ? part.cursor.bound() > best.cursor.bound()
                  : part.cursor.bound() < best.cursor.bound();
          best = better ? part : best;
        }
        if (best.cursor.next()) {
          block = best.block();
          return true;
        }
        open.remove(best);
      }
      return false;
    }

    @Override
    public EntryBlock block() {
      return block;
    }

    @Override
    public long bound() {
      long bound = backward ? Long.MIN_VALUE : Long.MAX_VALUE;
      for (Part part : open) {
        bound =
            backward ? Math.max(bound, part.cursor.bound()) : Math.min(bound, part.cursor.bound());
      }
      return bound;
    }

    @Override
    public void close() {
      parts.forEach(part -> part.cursor.close());
    }
  }
}
