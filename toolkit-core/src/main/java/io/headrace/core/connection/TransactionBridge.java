package io.headrace.core.connection;

import io.r2dbc.spi.ConnectionFactory;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * A connection factory whose transactions are shared with another framework. {@link Sessions} on it do not look for the
 * current transaction in a place of their own but ask the bridge, so that both sides have one truth: a transaction that
 * either has begun is the other's as well.
 *
 * <p>Everything here is called when a publisher is subscribed, on the subscriber's thread, and must not wait.
 */
public interface TransactionBridge extends ConnectionFactory {

    /** Whose connections it gives: what is shared by all who use it, on either side. */
    ConnectionFactory target();

    /**
     * The session of the transaction that is under way in this context, whoever has begun it, if one is. The same for the
     * whole of a transaction; a {@link GuestSession} where the other framework has begun it.
     *
     * @param sessions who asks
     */
    @Nullable
    Session current(Sessions sessions, ContextView context);

    /** The context with the transaction, or the savepoint, of this session as the current one of both. */
    Context bind(Session session, Context context);

    /** The context without a transaction of either. */
    Context unbind(Context context);
}
