/** What tests of every module share: seeds, waiting, fake clocks. Refuses to be on any program's class path. */
@NullMarked
package io.sigyn.testkit;

import org.jspecify.annotations.NullMarked;
