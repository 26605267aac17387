/** The zone of this machine as libc and Go see it: {@code TZ} and {@code /etc/localtime}. Takes no other zone's name apart. */
@NullMarked
package io.sigyn.agent.zone;

import org.jspecify.annotations.NullMarked;
