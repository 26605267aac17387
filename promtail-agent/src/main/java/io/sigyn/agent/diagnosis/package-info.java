/** Why a log file cannot be read, in one message that says what to mount. Refuses to read logs. */
@NullMarked
package io.sigyn.agent.diagnosis;

import org.jspecify.annotations.NullMarked;
