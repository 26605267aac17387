/** What the kubelet writes, read back by a reader of its own. Refuses main code. */
@NullMarked
package io.sigyn.cli.kubelet;

import org.jspecify.annotations.NullMarked;
