/** The libraries that are compared, opened on one database with the settings that their contenders name. */
@NullMarked
package io.headrace.benchmarks.peers;

import org.jspecify.annotations.NullMarked;
