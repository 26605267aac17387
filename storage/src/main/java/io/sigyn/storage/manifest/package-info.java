/**
 * Manifests, format 1: which segments make up a tenant's day, and how far the log is in them. Knows what a segment says
 * about itself, not what is in it.
 */
@NullMarked
package io.sigyn.storage.manifest;

import org.jspecify.annotations.NullMarked;
