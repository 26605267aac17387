package io.sigyn.agent.source;

import io.sigyn.agent.config.AgentBlock;
import io.sigyn.agent.diagnosis.Diagnosis;
import io.sigyn.agent.positions.Positions;
import io.sigyn.life.Clock;
import java.util.function.BooleanSupplier;

/**
 * What the tails of one client share.
 *
 * @param client the client's name
 * @param started when reading began, nanoseconds since the Unix epoch
 * @param door the way to files
 * @param directories remembers what was listed lately
 * @param room whether more lines may be read now; false while too many wait for the server
 */
record TailHome(
    String client,
    Positions positions,
    AgentBlock.Tail settings,
    Diagnosis diagnosis,
    Clock clock,
    long started,
    BooleanSupplier room,
    FileDoor door,
    Directories directories,
    Owners owners,
    ReadCounters counters) {}
