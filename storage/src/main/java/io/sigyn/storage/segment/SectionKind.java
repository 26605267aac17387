package io.sigyn.storage.segment;

/** The sections format 1 writes. Numbers between are reserved for what comes with columns and filters. */
enum SectionKind {
  STREAMS(1),
  SYMBOLS(2),
  POSTINGS(3),
  COLUMNS(5),
  BLOCKINDEX(8),
  STATS(10),
  TOMBAPPLIED(11),
  RUNSTATS(12);

  private final int code;

  SectionKind(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }
}
