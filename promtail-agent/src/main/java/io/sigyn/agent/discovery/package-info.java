/** Which files to read: globs, static targets and the watch over directories. Refuses to open log files. */
@NullMarked
package io.sigyn.agent.discovery;

import org.jspecify.annotations.NullMarked;
