package io.headrace.core.mapping;

import io.netty.buffer.ByteBufAllocator;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.postgresql.codec.CodecRegistry;
import io.r2dbc.postgresql.extension.CodecRegistrar;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * Adds one codec to each connection of the PostgreSQL driver, which finds this class by itself. It serves the toolkit's
 * own row mapping alone and changes nothing for other readers: binary results hold intervals, that the driver cannot
 * read, and {@code NaN}, infinity and dates before 1582, that it reads as something else.
 */
public final class PostgresqlExactValues implements CodecRegistrar {

    /** For the driver's service loader. */
    public PostgresqlExactValues() {}

    @Override
    public Publisher<Void> register(
            PostgresqlConnection connection, ByteBufAllocator allocator, CodecRegistry registry) {
        return Mono.fromRunnable(() -> registry.addLast(new PostgresqlExactCodec()));
    }
}
