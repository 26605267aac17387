/**
 * What the lines of streams have in common: templates with holes, found while lines arrive, with how often they were
 * seen when. Bounded in memory; loses lines rather than time of those who push. Refuses HTTP.
 */
@NullMarked
package io.sigyn.server.patterns;

import org.jspecify.annotations.NullMarked;
