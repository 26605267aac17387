/**
 * From label matchers to streams: postings as Roaring bitmaps over stream references, and their evaluation. Knows neither
 * entries nor files; the head and segments bring their own postings.
 */
@NullMarked
package io.sigyn.storage.index;

import org.jspecify.annotations.NullMarked;
