package io.headrace.tx.spring;

import io.headrace.core.connection.Session;
import io.headrace.tx.HostTransaction;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.connection.ConnectionHolder;
import org.springframework.transaction.UnexpectedRollbackException;

/** A transaction of ours, or a savepoint of one, as Spring finds it. */
final class SessionHolder extends ConnectionHolder {

    private final Session session;
    private final @Nullable HostTransaction host;

    SessionHolder(Session session, @Nullable HostTransaction host) {
        super(session.guestConnection(), true);
        this.session = session;
        this.host = host;
        setSynchronizedWithTransaction(true);
    }

    Session session() {
        return session;
    }

    /** Said by Spring's transaction manager where a part of the transaction is rolled back. */
    @Override
    public void setRollbackOnly() {
        super.setRollbackOnly();
        if (host != null) {
            host.partFailed(
                    new UnexpectedRollbackException("a part that Spring's transaction manager ran was rolled back"));
        }
    }

    /** Spring's holder drops its connection when nobody uses it; this one is current until the transaction ends. */
    @Override
    public void released() {}
}
