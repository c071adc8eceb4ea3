package io.headrace.redis;

import io.vertx.core.Context;

/**
 * Where a connection leads and belongs.
 *
 * @param endpoint of the server
 * @param followsMaster whether a server that turns out to be a replica must be left
 * @param context of the event loop
 * @param registry of open connections
 */
record LinkOrigin(RedisEndpoint endpoint, boolean followsMaster, Context context, LinkRegistry registry) {}
