/** Go's observable behaviour where Loki shows it: quoting, numbers, durations. Refuses whatever no answer shows. */
@NullMarked
package io.sigyn.gocompat;

import org.jspecify.annotations.NullMarked;
