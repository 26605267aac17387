/** Writers that programs in Java use, as published by their authors, against a real server. */
@NullMarked
package io.sigyn.server.clients;

import org.jspecify.annotations.NullMarked;
