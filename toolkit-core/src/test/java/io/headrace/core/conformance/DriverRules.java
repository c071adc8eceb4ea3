package io.headrace.core.conformance;

import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/** Blocking that the drivers do themselves; found by BlockHound as a service. */
public final class DriverRules implements BlockHoundIntegration {

    @Override
    public void applyTo(BlockHound.Builder builder) {
        // r2dbc-mariadb reads its own version from its jar, on an event loop, once in the life of a JVM.
        builder.allowBlockingCallsInside("org.mariadb.r2dbc.util.VersionFactory", "getInstance");
        // It sends under a lock, which the event loop waits for when a reply overtakes the end of the sending.
        builder.allowBlockingCallsInside("org.mariadb.r2dbc.client.SimpleClient", "lambda$sendCommand$0");
    }
}
