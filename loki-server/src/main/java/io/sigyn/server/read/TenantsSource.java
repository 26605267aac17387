package io.sigyn.server.read;

import io.sigyn.logql.engine.EntrySource;
import io.sigyn.model.Direction;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.EntryCursor;
import io.sigyn.model.EntrySummary;
import io.sigyn.model.EntryTimes;
import io.sigyn.model.Labels;
import io.sigyn.model.ScanStats;
import io.sigyn.model.Selection;
import io.sigyn.model.Tenant;
import io.sigyn.storage.Store;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The entries of several tenants as those of one, every stream marked with its tenant. */
record TenantsSource(Store store, List<Tenant> tenants) implements EntrySource {
  @Override
  public EntryCursor select(Selection selection, ScanStats stats) {
    Selection unmarked = selection.withMatchers(TenantMatchers.others(selection.matchers()));
    Selection others =
        selection.labels().map(TenantMatchers::ownNames).map(unmarked::withLabels).orElse(unmarked);
    List<Part> parts = new ArrayList<>();
    try {
      for (Tenant tenant : TenantMatchers.accepted(tenants, selection.matchers())) {
        parts.add(new Part(tenant, store.select(tenant, others, stats)));
      }
    } catch (RuntimeException | Error e) {
      // One tenant fails alone, as when a delete request cannot be evaluated; what the others hold must not stay held.
      parts.forEach(part -> part.cursor.close());
      throw e;
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

    Labels mark(Labels stream) {
      return marked.computeIfAbsent(stream, labels -> TenantMatchers.mark(labels, tenant));
    }

    EntryBlock block() {
      EntryBlock block = cursor.block();
      return block.withStream(mark(block.stream()));
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

    /** The cursor that comes next, as far as bounds tell; there must be one. */
    private Part best() {
      Part best = open.getFirst();
      for (Part part : open) {
        boolean better =
            backward
                ? part.cursor.bound() > best.cursor.bound()
                : part.cursor.bound() < best.cursor.bound();
        best = better ? part : best;
      }
      return best;
    }

    @Override
    public boolean next() {
      while (!open.isEmpty()) {
        Part best = best();
        if (best.cursor.next()) {
          block = best.block();
          return true;
        }
        open.remove(best);
      }
      return false;
    }

    @Override
    public @Nullable EntrySummary summary() {
      if (open.isEmpty()) {
        return null;
      }
      Part best = best();
      EntrySummary summary = best.cursor.summary();
      return summary == null ? null : summary.withStream(best.mark(summary.stream()));
    }

    @Override
    public @Nullable EntryTimes times() {
      return open.isEmpty() ? null : best().cursor.times();
    }

    @Override
    public void skip() {
      best().cursor.skip();
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
