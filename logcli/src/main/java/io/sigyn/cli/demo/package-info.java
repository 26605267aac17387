/**
 * The demonstration: server and agent as child processes, a kubelet that feeds them, counts, and a
 * check that compares line by line. Refuses knowing how any of them works inside.
 */
@NullMarked
package io.sigyn.cli.demo;

import org.jspecify.annotations.NullMarked;
