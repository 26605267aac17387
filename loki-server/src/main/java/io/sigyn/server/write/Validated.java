package io.sigyn.server.write;

import io.sigyn.model.EntryBatch;

/**
 * What is left of a push after validation.
 *
 * @param batch the good entries, enriched, over the arena of the push
 * @param bytes of their lines and the metadata they were pushed with
 * @param errors about all others
 */
record Validated(EntryBatch batch, long bytes, ErrorGroups errors) {}
