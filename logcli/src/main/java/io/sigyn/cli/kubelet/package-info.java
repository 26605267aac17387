/**
 * A stand-in for the kubelet and two container runtimes: it lays out pod directories, links, log
 * files and rotations as a node does, and says what it wrote. Refuses reading logs back and
 * everything about HTTP.
 */
@NullMarked
package io.sigyn.cli.kubelet;

import org.jspecify.annotations.NullMarked;
