package io.headrace.test;

import java.util.List;
import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/** Blocking that is known and harmless; what Reactor and Netty need comes with their own integrations. */
final class BlockHoundRules implements BlockHoundIntegration {

    @Override
    public void applyTo(BlockHound.Builder builder) {
        // Reads /dev/urandom, which never waits once the machine is up; drivers draw nonces and ids on event loops.
        builder.allowBlockingCallsInside("java.security.SecureRandom", "nextBytes");
        // A log line of the test set-up takes a lock and writes to the console; that is no part of what is tested.
        builder.allowBlockingCallsInside("ch.qos.logback.classic.Logger", "callAppenders");
        // Netty's allocator locks one of its magazines for the moment in which it adds another.
        builder.allowBlockingCallsInside("io.netty.buffer.AdaptivePoolingAllocator", "allocate");
        // A timer that is no longer needed is taken out of its queue, which is locked for that.
        builder.allowBlockingCallsInside("java.util.concurrent.ScheduledThreadPoolExecutor$DelayedWorkQueue", "remove");
        // Vert.x ends its worker pools on an event loop, under a lock that each worker has for the moment in which it
        // ends.
        builder.allowBlockingCallsInside("io.vertx.core.internal.WorkerPool", "close");
        // The queue of Reactor's virtual time is locked for one change of it, by any thread that plans a task. Its
        // methods that wait for an element are not among these.
        for (String shortly : List.of("offer", "peek", "remove", "size")) {
            builder.allowBlockingCallsInside("java.util.concurrent.PriorityBlockingQueue", shortly);
        }
    }
}
