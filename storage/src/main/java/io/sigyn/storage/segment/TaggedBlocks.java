package io.sigyn.storage.segment;

import io.sigyn.bytes.ByteSource;
import io.sigyn.bytes.CorruptBytesException;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.Labels;
import io.sigyn.storage.block.BlockInfo;
import io.sigyn.storage.block.DecodedBlock;
import io.sigyn.storage.codec.SymbolTable;
import io.sigyn.storage.codec.Utf8Text;
import io.sigyn.storage.files.ReadableFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes an index from the blocks of a segment and the {@link BlockTag}s in front of them, when the segment's own is gone. It
 * has every stream and block up to the first that is missing of which others hold no part; blocks are read to be sure of
 * them. Used once, by one thread.
 */
final class TaggedBlocks {
  /** So much is looked through at a time for the next tag behind damage. */
  private static final int WINDOW = 64 << 10;

  private final ReadableFile file;
  private final SegmentId id;
  private final long end;

  private final List<StreamWriter.Entry> streams = new ArrayList<>();
  private final List<BlockInfo> blocks = new ArrayList<>();
  private final List<String> columns = new ArrayList<>();

  private TaggedBlocks(ReadableFile file, SegmentId id, long end) {
    this.file = file;
    this.id = id;
    this.end = end;
  }

  /**
   * The index; empty when not a single block can be used.
   *
   * @throws IOException when the file cannot be read, which says nothing of what is in it
   */
  static Optional<SegmentIndex> index(ReadableFile file, SegmentId id, SegmentFooter footer)
      throws IOException {
    TaggedBlocks tagged = new TaggedBlocks(file, id, Math.min(file.size(), footer.directoryOffset()));
    tagged.read();
    return tagged.blocks.isEmpty() ? Optional.empty() : Optional.of(tagged.build(footer));
  }

  private void read() throws IOException {
    long at = SegmentFormat.HEADER;
    while (at + BlockTag.HEAD <= end) {
      Optional<BlockTag> tag = tag(at);
      if (tag.isEmpty()) {
        at = nextCandidate(at + SegmentFormat.ALIGNMENT);
      } else if (take(tag.get())) {
        at = SegmentFormat.aligned(tag.get().info().offset() + tag.get().info().stored());
      } else {
        return;
      }
    }
  }

  private Optional<BlockTag> tag(long at) throws IOException {
    byte[] head = SegmentIndex.bytes(file, at, BlockTag.HEAD);
    int length = BlockTag.length(head, 0);
    if (length < 0 || at + length > end) {
      return Optional.empty();
    }
    try {
      return Optional.of(BlockTag.decode(SegmentIndex.bytes(file, at, length), at, id));
    } catch (CorruptBytesException | IndexOutOfBoundsException e) {
      return Optional.empty();
    }
  }

  /** The first place from an offset on where something begins like a tag. */
  private long nextCandidate(long from) throws IOException {
    for (long window = from; window + BlockTag.HEAD <= end; window += WINDOW) {
      int length = (int) Math.min(WINDOW, end - window);
      byte[] bytes = SegmentIndex.bytes(file, window, length);
      for (int i = 0; i + BlockTag.HEAD <= length; i += SegmentFormat.ALIGNMENT) {
        if (new ByteSource(bytes).seek(i).u32() == BlockTag.MAGIC) {
          return window + i;
        }
      }
    }
    return end;
  }

  /** Takes a block, or passes a damaged one by; whether blocks behind it may be taken. */
  private boolean take(BlockTag tag) throws IOException {
    BlockInfo info = tag.info();
    int first = info.firstStream();
    if (first > streams.size() || info.lastStream() - first != tag.streams().size() - 1 || !named(tag)) {
      return false;
    }
    DecodedBlock block;
    try {
      block = DecodedBlock.decode(SegmentIndex.bytes(file, info.offset(), info.stored()), info, columns::get);
    } catch (CorruptBytesException | IndexOutOfBoundsException e) {
      return true;
    }
    for (int i = 0; i < tag.streams().size(); i++) {
      if (!open(first + i, tag.streams().get(i))) {
        return false;
      }
      count(streams.get(first + i), block.rows(first + i, tag.streams().get(i)));
    }
    blocks.add(info);
    return true;
  }

  /** Takes the names of a block's columns; false when some of a block before are missing. */
  private boolean named(BlockTag tag) {
    for (var column : tag.columns().entrySet()) {
      if (column.getKey() == columns.size()) {
        columns.add(column.getValue());
      } else if (column.getKey() > columns.size()) {
        return false;
      }
    }
    return true;
  }

  private boolean open(int ref, Labels labels) {
    if (ref < streams.size()) {
      return streams.get(ref).labels.equals(labels);
    }
    if (ref > 0 && streams.getLast().labels.compareTo(labels) >= 0) {
      return false;
    }
    streams.add(new StreamWriter.Entry(labels));
    return true;
  }

  private void count(StreamWriter.Entry stream, EntryBlock rows) {
    if (stream.firstBlock < 0) {
      stream.firstBlock = blocks.size();
    }
    stream.lastBlock = blocks.size();
    stream.rows += rows.size();
    for (int r = 0; r < rows.size(); r++) {
      stream.bytes += rows.lineEnd(r) - rows.lineStart(r);
      stream.metadataBytes += Utf8Text.length(rows.metadata(r));
      stream.minTs = Math.min(stream.minTs, rows.timestamp(r));
      stream.maxTs = Math.max(stream.maxTs, rows.timestamp(r));
    }
  }

  /** Results of matchers on the whole index do not hold here, and none from here on that. */
  private SegmentIndex build(SegmentFooter footer) {
    SymbolWriter symbols = StreamWriter.symbols(streams);
    SymbolTable symbolTable = SymbolTable.decode(symbols.encode());
    StreamTable table = StreamTable.decode(StreamWriter.encode(streams, symbols), symbolTable);
    PostingsTable postings = PostingsTable.decode(PostingsWriter.encode(table), table);
    return SegmentIndex.partial(
        table, new SegmentPostings(id, symbolTable, table, postings, MatchCache.none()), blocks, columns, footer);
  }
}
