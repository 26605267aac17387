package io.sigyn.agent.pipeline;

/** JSON's null as an extracted value: the key is there, it has no value. */
enum JsonNull {
  /** The only one. */
  NULL
}
