/**
 * What labels and fields data seems to have, for people who explore it: names, types, parsers, how many values. Refuses
 * HTTP and the store.
 */
@NullMarked
package io.sigyn.server.detect;

import org.jspecify.annotations.NullMarked;
