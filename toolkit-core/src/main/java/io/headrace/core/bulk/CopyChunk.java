package io.headrace.core.bulk;

import io.headrace.core.connection.Session;
import io.headrace.core.dialect.Dialects;
import io.headrace.core.error.UnsupportedFeatureException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.Connection;
import java.nio.charset.StandardCharsets;
import reactor.core.publisher.Mono;

/**
 * Rows encoded as one binary COPY. The format is that of PostgreSQL's documentation of COPY, "Binary Format": signature,
 * flags, extension length; per row a field count and per field a length and the type's own binary form; a trailer of -1.
 */
final class CopyChunk<T extends Record> {

    // One COPY costs a round trip, which at these sizes is small beside the work of the rows.
    private static final int FULL_BYTES = 1 << 20;
    private static final int FULL_ROWS = 10_000;
    private static final byte[] SIGNATURE = "PGCOPY\n\377\r\n\0".getBytes(StandardCharsets.ISO_8859_1);
    private static final int TRAILER = -1;

    private final CopyPlan<T> plan;
    private final ByteBuf data = Unpooled.buffer(1 << 16);
    private int rows;

    CopyChunk(CopyPlan<T> plan) {
        this.plan = plan;
        data.writeBytes(SIGNATURE).writeInt(0).writeInt(0);
    }

    void add(T row) {
        plan.encode(row, data);
        rows++;
    }

    boolean isFull() {
        return rows >= FULL_ROWS || data.readableBytes() >= FULL_BYTES;
    }

    int rows() {
        return rows;
    }

    long bytes() {
        return data.writerIndex();
    }

    /** Sends the chunk once; emits the number of rows that the server counted. */
    Mono<Long> send(Session session) {
        return session.<Long>run(connection -> unwrap(connection)
                        .copyIn(plan.copyStatement())
                        .from(data.writeShort(TRAILER))
                        .build())
                .single();
    }

    private static PostgresqlConnection unwrap(Connection connection) {
        PostgresqlConnection postgresql = Dialects.driverConnection(connection, PostgresqlConnection.class);
        if (postgresql == null) {
            throw new UnsupportedFeatureException("bulk insert needs r2dbc-postgresql's own connection; "
                    + connection.getClass().getName() + " does not unwrap to it");
        }
        return postgresql;
    }
}
