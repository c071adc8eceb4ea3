package io.headrace.tx.spring;

import io.r2dbc.spi.ConnectionFactory;
import org.jspecify.annotations.Nullable;

/** Under which our part in a transaction of Spring is found; by identity, as Spring does with the connection factory. */
record GuestKey(ConnectionFactory target) {

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof GuestKey key && key.target == target;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(target);
    }
}
