/** The agent as a program and as an embeddable object: it wires the rooms below and refuses to do their work. */
@NullMarked
package io.sigyn.agent;

import org.jspecify.annotations.NullMarked;
