package io.headrace.core.coalesce;

import io.headrace.core.mapping.RowMapper;
import java.util.List;
import reactor.core.publisher.Flux;

/** The statement of a loader, but for its keys. */
@FunctionalInterface
public interface KeyedStatement {

    /**
     * The rows for these keys: cold, on the session of the subscriber's context, all of them in one piece.
     *
     * @param keys at least one, each once
     * @param mapper makes what is emitted of each row; does not throw
     */
    Flux<Object> rows(List<?> keys, RowMapper<Object> mapper);
}
