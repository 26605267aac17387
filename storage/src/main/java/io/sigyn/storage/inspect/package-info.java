/**
 * The program behind {@code sigyn storage inspect}: shows what is in a store's directory and checks it, whether a server
 * runs on it or not. Changes nothing, repairs nothing, takes no lock.
 */
@NullMarked
package io.sigyn.storage.inspect;

import org.jspecify.annotations.NullMarked;
