package io.sigyn.storage.head;

/** Some rows of a stream that came one after another. */
sealed interface HeadPart permits HeadPage, HeadBlock {
  /** Line bytes. */
  int bytes();

  /** The memory it takes, roughly. */
  long memory();

  /** Its place in the order of arrival among the parts of its stream. */
  int rank();
}
