package io.headrace.core.connection;

import java.io.Serial;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/** A connection was still busy with a cancelled statement when its drain time was over; it is closed, not reused. */
public final class DrainTimeoutException extends TimeoutException {

    @Serial
    private static final long serialVersionUID = 1L;

    DrainTimeoutException(Duration limit) {
        super("a cancelled statement was still running after " + limit.toMillis()
                + " ms (drain timeout); its connection is closed. See whether the server answers cancel requests.");
    }
}
