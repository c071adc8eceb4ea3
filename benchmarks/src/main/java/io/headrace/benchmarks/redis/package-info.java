/** Clients of Redis, and what is built on them. */
@NullMarked
package io.headrace.benchmarks.redis;

import org.jspecify.annotations.NullMarked;
