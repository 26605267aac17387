package io.sigyn.storage.head;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Some rows of a stream that came one after another, and the way to those that came after them. Parts are linked, not
 * listed, so that another one costs no memory and readers need no lock: whoever follows the links from the first part sees
 * every part that was there when he began, or what took its place.
 */
abstract sealed class HeadPart permits PageMetadata, HeadBlock {
  private static final VarHandle NEXT;

  static {
    try {
      NEXT = MethodHandles.lookup().findVarHandle(HeadPart.class, "next", HeadPart.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  @SuppressWarnings("unused") // through NEXT
  private @Nullable HeadPart next;

  /** Line bytes. */
  abstract int bytes();

  /** The memory it takes, roughly. */
  abstract long memory();

  /** Its place in the order of arrival among the parts of its stream. */
  abstract int rank();

  /** The part behind this one; none behind the last. What was done to that part before it was linked can be seen. */
  final @Nullable HeadPart next() {
    return (HeadPart) NEXT.getAcquire(this);
  }

  /** Links a part behind this one, in the place of any other. */
  void link(@Nullable HeadPart behind) {
    NEXT.setRelease(this, behind);
  }
}
