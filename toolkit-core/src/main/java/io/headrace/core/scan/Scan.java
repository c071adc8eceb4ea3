package io.headrace.core.scan;

import io.headrace.core.mapping.RowMapper;
import reactor.core.publisher.Flux;

/**
 * A result read page by page in the order of a key; immutable, each step returns a new one.
 *
 * <p>Each page is a statement of its own, {@code WHERE key > last ORDER BY key LIMIT n}, on a connection that it gives back
 * before its rows are emitted: between two pages nothing is held, and a reader that takes hours is harmless. For the same
 * reason the pages do not show one state of the database: rows that are written meanwhile may or may not be seen,
 * though none that stays as it is is missed or seen twice. In a transaction the pages run on its connection, and at
 * {@code REPEATABLE READ} they do show one state. Outside one use a pool; without it each page opens a connection.
 *
 * <p>The key columns must be part of the result, unique together and never NULL. A page boundary where the key is not
 * unique and a NULL in the key are errors ({@link io.headrace.core.error.ScanException}) and no silent loss: a scan of more than one page ends
 * with a short statement that looks for NULL.
 *
 * <p>On PostgreSQL the pages behind the first may come packed: the server makes one array per column of a page, which costs
 * a fraction of the processor time of single rows. Scans of columns whose types or Java types we cannot unpack to exactly
 * what the driver would give are read row by row. A mapper is called in order but may be called again for rows of a page that had to
 * be read anew that way; rows are mapped on the driver's event loop or on the thread that asks for the page.
 *
 * <p>Publishers are cold. Nothing is read before it is asked for, except that a page may be read while the one before it is
 * consumed. A cancel stops the statement of the current page, if one runs.
 *
 * @param <T> what a row becomes
 */
public final class Scan<T> {

    private final PageStatements statements;
    private final RowMapper<T> mapper;
    private final ScanSettings settings;

    Scan(PageStatements statements, RowMapper<T> mapper, ScanSettings settings) {
        this.statements = statements;
        this.mapper = mapper;
        this.settings = settings;
    }

    /**
     * The same, from behind this position on. The row itself need not exist any more.
     *
     * @throws IllegalArgumentException where it does not have one value per key column
     */
    public Scan<T> after(ScanKey position) {
        return with(settings.withAfter(position));
    }

    /** The same, from behind the row with these values of the key columns on. */
    public Scan<T> after(Object first, Object... more) {
        return after(ScanKey.of(first, more));
    }

    /** The same from the greatest key to the smallest; a position to go on {@code after} is then one to go on below. */
    public Scan<T> descending() {
        return with(settings.inDescendingOrder());
    }

    /** The same with pages of this many rows, 1 to 100,000; 2,000 by default. */
    public Scan<T> pageSize(int rows) {
        return with(settings.withPageSize(rows));
    }

    /** The same, with packed pages allowed (the default) or not. Without effect where the database is not PostgreSQL. */
    public Scan<T> packed(boolean allowed) {
        return with(settings.withPacked(allowed));
    }

    /**
     * The same, with one page read ahead while another is consumed (the default) or none. In a transaction none is, since its
     * connection may be wanted for other statements.
     */
    public Scan<T> readAhead(boolean wanted) {
        return with(settings.withReadAhead(wanted));
    }

    /** Emits all rows in the order of the key. Holds two pages at most. */
    public Flux<T> flux() {
        return pages().concatMapIterable(ScanPage::rows, 1);
    }

    /** Emits the pages, numbered from 1, the last one marked; none where there are no rows. */
    public Flux<ScanPage<T>> pages() {
        return new PageFlux<>(statements, settings, () -> new PageReader<>(statements, mapper, settings));
    }

    private Scan<T> with(ScanSettings changed) {
        return new Scan<>(statements, mapper, changed);
    }

    @Override
    public String toString() {
        return "Scan by " + settings.key();
    }
}
