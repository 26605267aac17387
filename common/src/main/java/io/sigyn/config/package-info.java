/**
 * YAML to records, strictly: unknown keys, duplicate keys and wrong types are errors with file, line, column and a
 * suggestion. Refuses to know any particular setting.
 */
@NullMarked
package io.sigyn.config;

import org.jspecify.annotations.NullMarked;
