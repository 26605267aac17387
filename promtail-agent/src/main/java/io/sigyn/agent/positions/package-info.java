/** What was delivered, on disk: promtail's positions file and the journal beside it. Refuses to decide what was. */
@NullMarked
package io.sigyn.agent.positions;

import org.jspecify.annotations.NullMarked;
