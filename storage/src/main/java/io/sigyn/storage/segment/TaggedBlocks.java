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
 * has every block whose tag can be read, up to the first whose tag cannot when others that follow are of streams that only that one
 * names; blocks are read to know how much of each stream is in them. Used once, by one thread.
 */
final class TaggedBlocks {
  /** So much is looked through at a time for the next tag behind damage. */
  private static final int WINDOW = Parity.PAGE;

  /** So many times the file is read for what looks like tags and is none: whoever writes lines may write many of those. */
  private static final int MOST_WASTED = 4;

  private final ReadableFile file;
  private final SegmentId id;
  private final long end;

  private final List<StreamWriter.Entry> streams = new ArrayList<>();
  private final List<BlockInfo> blocks = new ArrayList<>();
  private final List<String> columns = new ArrayList<>();

  /** Bytes that were read for tags that were none. */
  private long wasted;

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

  private void read() {
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

  private Optional<BlockTag> tag(long at) {
    try {
      byte[] head = SegmentIndex.bytes(file, at, BlockTag.HEAD);
      int length = BlockTag.length(head);
      if (length < 0 || at + length > end || wasted > MOST_WASTED * end) {
        return Optional.empty();
      }
      wasted += length;
      BlockTag tag = BlockTag.decode(SegmentIndex.bytes(file, at, length), at, id);
      wasted -= length;
      return Optional.of(tag);
    } catch (IOException | CorruptBytesException | IndexOutOfBoundsException e) {
      return Optional.empty();
    }
  }

  /** The first place from an offset on where something begins like a tag. */
  private long nextCandidate(long from) {
    int length;
    for (long window = from; window + BlockTag.HEAD <= end; window += length) {
      // Up to a multiple of a page, so that a part that cannot be read costs no more than that.
      length = (int) Math.min(WINDOW - window % WINDOW, end - window);
      byte[] bytes;
      try {
        bytes = SegmentIndex.bytes(file, window, length);
      } catch (IOException e) {
        continue;
      }
      for (int i = 0; i + BlockTag.HEAD <= length; i += SegmentFormat.ALIGNMENT) {
        if (new ByteSource(bytes).seek(i).u32() == BlockTag.MAGIC) {
          return window + i;
        }
      }
    }
    return end;
  }

  /**
   * Takes a block; whether blocks behind it may be taken. One that is damaged is taken too: its tag says enough for those who read
   * it to be told what they lack.
   */
  private boolean take(BlockTag tag) {
    BlockInfo info = tag.info();
    int first = info.firstStream();
    if (first > streams.size()
        || first < streams.size() - 1
        || info.lastStream() - first != tag.streams().size() - 1
        || info.offset() + info.stored() > end
        || !named(tag)) {
      return false;
    }
    Optional<DecodedBlock> block = decode(info);
    int known = streams.size();
    for (int i = 0; i < tag.streams().size(); i++) {
      if (!open(first + i, tag.streams().get(i))) {
        streams.subList(known, streams.size()).clear();
        return false;
      }
    }
    for (int i = 0; i < tag.streams().size(); i++) {
      StreamWriter.Entry stream = streams.get(first + i);
      reach(stream);
      if (block.isPresent()) {
        count(stream, block.get().rows(first + i, tag.streams().get(i)));
      } else {
        stream.minTs = Math.min(stream.minTs, info.minTs());
        stream.maxTs = Math.max(stream.maxTs, info.maxTs());
      }
    }
    blocks.add(info);
    return true;
  }

  private Optional<DecodedBlock> decode(BlockInfo info) {
    try {
      byte[] stored = SegmentIndex.bytes(file, info.offset(), info.stored());
      return Optional.of(DecodedBlock.decode(stored, info, columns::get));
    } catch (IOException | CorruptBytesException | IndexOutOfBoundsException e) {
      return Optional.empty();
    }
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

  /** The next block has rows of a stream. */
  private void reach(StreamWriter.Entry stream) {
    if (stream.firstBlock < 0) {
      stream.firstBlock = blocks.size();
    }
    stream.lastBlock = blocks.size();
  }

  private static void count(StreamWriter.Entry stream, EntryBlock rows) {
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
