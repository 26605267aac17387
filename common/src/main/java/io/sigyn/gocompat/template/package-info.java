/**
 * Go's text templates: text, actions, pipelines, functions. Values are {@link String}, {@link Long}, {@link Double}, {@link
 * Boolean}, null, {@link java.util.List}, {@link java.util.Map}, {@link io.sigyn.gocompat.GoTime} and {@link
 * io.sigyn.gocompat.GoDuration}. Refuses reflection: nothing else has fields or methods.
 */
@NullMarked
package io.sigyn.gocompat.template;

import org.jspecify.annotations.NullMarked;
