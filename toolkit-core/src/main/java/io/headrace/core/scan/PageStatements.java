package io.headrace.core.scan;

import io.headrace.core.dialect.Dialect;
import io.r2dbc.spi.Result;
import java.util.Map;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.util.context.ContextView;

/** How a scan talks to its database. Made by {@code Database}; programs have no need of it. */
public interface PageStatements {

    /** The dialect of the database. */
    Dialect dialect();

    /** The statement whose rows are scanned, with named parameters, as the program wrote it. */
    String source();

    /** Whether statements under this context run in a transaction. */
    boolean inTransaction(ContextView context);

    /** A statement around the source, in which the values that are bound to the source are bound already. */
    PageStatement prepare(String sql);

    /** One statement text, to be sent any number of times. */
    interface PageStatement {

        /** Sends it with these further values by name; reads all its rows at once. Cold. */
        <R> Flux<R> read(Map<String, Object> values, Function<Result, Publisher<R>> read);
    }
}
