package io.sigyn.storage.inspect;

import io.sigyn.storage.block.BlockInfo;
import io.sigyn.storage.files.Damage;
import io.sigyn.storage.files.DamageLog;
import io.sigyn.storage.files.Publication;
import io.sigyn.storage.files.StoreFiles;
import io.sigyn.storage.manifest.DayManifest;
import io.sigyn.storage.segment.Segment;
import io.sigyn.storage.segment.SegmentAudit;
import io.sigyn.storage.segment.SegmentCache;
import io.sigyn.storage.segment.SegmentFooter;
import io.sigyn.storage.segment.SegmentIndex;
import io.sigyn.storage.segment.SegmentInfo;
import io.sigyn.storage.wal.WalListing;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code storage inspect DIR}. */
@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Shows what is in the directory of a store: tenants, days, segments.",
      "Changes nothing; a server may be running on it."
    },
    exitCodeListHeading = "%nExit code:%n",
    exitCodeList = {"0:all is well", "1:something is damaged or cannot be read", "2:the command line is wrong"})
final class InspectCommand implements Callable<Integer> {
  private static final long PROGRESS_BYTES = 256L << 20;

  @Parameters(index = "0", paramLabel = "DIR", description = "The store's directory, with t/ and wal/ in it.")
  private Path root = Path.of("");

  @Option(names = "--streams", description = "The streams of each segment.")
  private boolean streams;

  @Option(names = "--blocks", description = "The blocks of each segment.")
  private boolean blocks;

  @Option(names = "--verify", description = "Reads everything and compares every checksum.")
  private boolean verify;

  @Option(
      names = "--dump",
      arity = "2",
      paramLabel = "VALUE",
      description = "The rows of a block: a segment's id or file name, and the block's number.")
  private List<String> dump = new ArrayList<>();

  @Option(names = "--wal", description = "The records of the write-ahead log.")
  private boolean wal;

  @Option(names = "--json", description = "One JSON object per line.")
  private boolean json;

  private final PrintWriter out;
  private final PrintWriter err;
  private final StoreFiles files = new ReadOnlyFiles();
  private final DamageLog damages = new DamageLog(this::found);
  private final SegmentCache cache = new SegmentCache(files, damages, 0);
  private Output output;
  private long findings;
  private long read;
  private long told;

  InspectCommand(PrintWriter out, PrintWriter err) {
    this.out = out;
    this.err = err;
    this.output = new Output(out, false);
  }

  @Override
  public Integer call() {
    output = new Output(out, json);
    try {
      if (!files.exists(root.resolve("t")) && !files.exists(root.resolve("wal"))) {
        err.println(root + " is not the directory of a store: it has neither t/ nor wal/");
        return 1;
      }
      tellOwner();
      List<DayManifest> days = Contents.read(files, root, damages);
      if (!dump.isEmpty()) {
        dump(days);
      } else {
        for (DayManifest day : days) {
          show(day);
        }
        if (wal || verify) {
          showWal();
        }
        sum(days);
      }
    } catch (IOException e) {
      found("cannot read " + root + ": " + e.getMessage());
    }
    if (verify) {
      output.fact("verified", "verified: %d bytes of blocks, findings: %d", "bytes", read, "findings", findings);
    }
    return findings == 0 ? 0 : 1;
  }

  private void found(Damage damage) {
    found(damage.toString());
  }

  private void found(String text) {
    findings++;
    output.fact("finding", "FINDING %s", "text", text);
  }

  /** The lock itself is left alone: taking it, even for a moment, could keep a server from starting. */
  private void tellOwner() {
    try {
      String pid = new String(Publication.readAll(files, root.resolve("LOCK"), 64), StandardCharsets.US_ASCII).strip();
      Optional<ProcessHandle> owner = pid.isEmpty() ? Optional.empty() : ProcessHandle.of(Long.parseLong(pid));
      if (owner.isPresent()) {
        output.fact(
            "owner",
            "process %d runs on this store; what it changes meanwhile may show up as missing",
            "pid",
            owner.get().pid());
      }
    } catch (IOException | NumberFormatException e) {
      // No lock file, or none of ours: nobody to tell of.
    }
  }

  private void show(DayManifest day) {
    output.blank();
    output.fact(
        "day",
        "tenant %s  day %s  segments %d",
        "tenant", day.tenant().id(), "day", Contents.name(day.day()), "segments", day.segments().size());
    for (SegmentInfo info : day.segments()) {
      Segment segment = new Segment(info, day.directory(), day.tenant(), day.day(), cache);
      SegmentIndex index = segment.index();
      if (index == null) {
        continue;
      }
      show(day, info, index);
      if (streams) {
        showStreams(info, index);
      }
      if (blocks) {
        showBlocks(info, index);
      }
      if (verify) {
        SegmentAudit.run(files, segment, text -> found(segment + ": " + text), this::progress);
      }
      cache.forget(info.id());
    }
  }

  private void show(DayManifest day, SegmentInfo info, SegmentIndex index) {
    SegmentFooter footer = info.footer();
    output.fact(
        "segment",
        "  %4$s  level %3$d  rows %5$d  raw %6$d  stored %7$d  ratio %8$s  streams %9$d  blocks %10$d  %11$s .. %12$s",
        "tenant", day.tenant().id(),
        "day", Contents.name(day.day()),
        "level", info.level(),
        "file", info.fileName(),
        "rows", footer.rows(),
        "rawBytes", footer.rawBytes(),
        "storedBytes", footer.fileLength(),
        "ratio", Output.ratio(footer.fileLength(), footer.rawBytes()),
        "streams", index.size(),
        "blocks", index.blocks().size(),
        "from", Output.time(footer.minTs()),
        "to", Output.time(footer.maxTs()));
  }

  private void showStreams(SegmentInfo info, SegmentIndex index) {
    for (int ref = 0; ref < index.size(); ref++) {
      output.fact(
          "stream",
          "    stream %2$d  rows %4$d  raw %5$d  metadata %6$d  blocks %7$d-%8$d  %9$s .. %10$s  %3$s",
          "file", info.fileName(),
          "stream", ref,
          "labels", index.labels(ref),
          "rows", index.rows(ref),
          "rawBytes", index.lineBytes(ref),
          "metadataBytes", index.metadataBytes(ref),
          "firstBlock", index.firstBlock(ref),
          "lastBlock", index.lastBlock(ref),
          "from", Output.time(index.minTs(ref)),
          "to", Output.time(index.maxTs(ref)));
    }
  }

  private void showBlocks(SegmentInfo info, SegmentIndex index) {
    for (int b = 0; b < index.blocks().size(); b++) {
      BlockInfo block = index.blocks().get(b);
      output.fact(
          "block",
          "    block %2$d  at %3$d  rows %4$d  raw %5$d  stored %6$d  ratio %7$s  streams %8$d-%9$d  %10$s .. %11$s",
          "file", info.fileName(),
          "block", b,
          "offset", block.offset(),
          "rows", block.rows(),
          "rawBytes", block.rawBytes(),
          "storedBytes", block.stored(),
          "ratio", Output.ratio(block.stored(), block.rawBytes()),
          "firstStream", block.firstStream(),
          "lastStream", block.lastStream(),
          "from", Output.time(block.minTs()),
          "to", Output.time(block.maxTs()));
    }
  }

  private void progress(long bytes) {
    read += bytes;
    if (read - told >= PROGRESS_BYTES) {
      told = read;
      err.println("read " + (read >> 20) + " MiB");
    }
  }

  private void showWal() throws IOException {
    long[] sums = new long[3];
    for (Path directory : files.list(root.resolve("wal"))) {
      WalListing.list(
          files,
          directory,
          record -> {
            sums[0]++;
            sums[1] += record.entries();
            sums[2] += record.bytes();
            if (wal) {
              show(record);
            }
          },
          this::found);
    }
    output.fact("wal", "log: records %d  entries %d  bytes %d", "records", sums[0], "entries", sums[1], "bytes", sums[2]);
  }

  private void show(WalListing.Entry record) {
    output.fact(
        "record",
        "  %s  at %d  lsn %d  type %d  tenant %s  entries %d  bytes %d",
        "file", String.valueOf(record.file().getFileName()),
        "offset", record.offset(),
        "lsn", record.lsn(),
        "type", record.type(),
        "tenant", record.tenant(),
        "entries", record.entries(),
        "bytes", record.bytes());
  }

  private void sum(List<DayManifest> days) {
    long segments = 0;
    long rows = 0;
    long raw = 0;
    long stored = 0;
    for (DayManifest day : days) {
      for (SegmentInfo info : day.segments()) {
        segments++;
        rows += info.footer().rows();
        raw += info.footer().rawBytes();
        stored += info.footer().fileLength();
      }
    }
    output.blank();
    output.fact(
        "total",
        "segments %d  rows %d  raw %d  stored %d  ratio %s",
        "segments", segments, "rows", rows, "rawBytes", raw, "storedBytes", stored, "ratio", Output.ratio(stored, raw));
  }

  private void dump(List<DayManifest> days) {
    String wanted = dump.getFirst();
    for (DayManifest day : days) {
      for (SegmentInfo info : day.segments()) {
        if (info.fileName().equals(wanted) || info.id().toString().equals(wanted)) {
          dump(new Segment(info, day.directory(), day.tenant(), day.day(), cache));
          return;
        }
      }
    }
    found("no segment " + wanted);
  }

  private void dump(Segment segment) {
    SegmentIndex index = segment.index();
    int blockNumber;
    try {
      blockNumber = Integer.parseInt(dump.get(1));
    } catch (NumberFormatException e) {
      blockNumber = -1;
    }
    if (index == null) {
      return;
    }
    if (blockNumber < 0 || blockNumber >= index.blocks().size()) {
      found("no block " + dump.get(1) + " in " + segment + ", which has " + index.blocks().size());
      return;
    }
    BlockDump.print(segment, index, blockNumber, output);
  }
}
