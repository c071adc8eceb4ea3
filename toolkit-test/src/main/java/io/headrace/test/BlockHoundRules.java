package io.headrace.test;

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
    }
}
