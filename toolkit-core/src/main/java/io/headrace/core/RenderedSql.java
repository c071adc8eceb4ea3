package io.headrace.core;

import io.headrace.core.dialect.Dialect;
import io.headrace.core.dialect.RowLock;
import io.headrace.core.error.ParameterException;
import io.headrace.core.observe.StatementLabel;
import io.headrace.core.sql.ListPlace;
import io.headrace.core.sql.LockableSelect;
import io.headrace.core.sql.NamedSql;
import io.headrace.core.sql.SqlExcerpt;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A text in the language of its database: one variant for each shape that the lists bound to it can have. */
final class RenderedSql {

    // A list parameter has three shapes where it is an array and up to 17 where it is written out.
    private static final int CACHED_VARIANTS = 64;

    // Few programs use more than one lock with a text.
    private static final int CACHED_LOCKS = 8;

    private final NamedSql named;
    private final Dialect dialect;
    private final List<String> names;
    private final Set<String> listNames;
    private final StatementLabel label;
    private final SqlVariant plain;
    private final boolean locking;
    private final Map<Map<String, Integer>, SqlVariant> withLists = new ConcurrentHashMap<>();
    private final Map<RowLock, RenderedSql> withLocks = new ConcurrentHashMap<>();

    private RenderedSql(NamedSql named, Dialect dialect, StatementLabel label, boolean locking) {
        this.named = named;
        this.dialect = dialect;
        this.names = List.copyOf(named.names());
        this.listNames = named.lists().stream()
                .map(place -> named.occurrences().get(place.occurrence()))
                .collect(Collectors.toUnmodifiableSet());
        this.label = label;
        this.locking = locking;
        this.plain = SqlVariant.of(named, dialect, Map.of());
    }

    /** A text as the program describes it here and now. */
    static RenderedSql of(String source, Dialect dialect) {
        return new RenderedSql(
                NamedSql.parse(source, dialect.syntax()), dialect, StatementLabel.describedHere(source), false);
    }

    /** A text of ours on behalf of this one. */
    RenderedSql withText(String source) {
        return new RenderedSql(NamedSql.parse(source, dialect.syntax()), dialect, label, locking);
    }

    /** This text with a lock behind it. It has the same parameters. */
    RenderedSql locking(RowLock lock) {
        RenderedSql known = withLocks.get(lock);
        if (known == null) {
            known = new RenderedSql(NamedSql.parse(lockingText(lock), dialect.syntax()), dialect, label, true);
            if (withLocks.size() < CACHED_LOCKS) {
                withLocks.put(lock, known);
            }
        }
        return known;
    }

    private String lockingText(RowLock lock) {
        String clause = dialect.rowLock(lock);
        String statement = named.statements().size() == 1 ? named.statements().get(0) : "";
        LockableSelect.refusal(statement, dialect.syntax()).ifPresent(reason -> {
            throw new ParameterException("no " + clause + " can be put behind the text, because "
                    + (statement.isEmpty() ? "it is not a single statement" : reason)
                    + "; lock by a plain SELECT, or write the clause into the text: "
                    + SqlExcerpt.of(named.source()));
        });
        // On a line of its own, for the text may end in a comment.
        return statement + "\n" + clause;
    }

    /** Whether it locks rows for the rest of a transaction. */
    boolean isLocking() {
        return locking;
    }

    NamedSql named() {
        return named;
    }

    Dialect dialect() {
        return dialect;
    }

    /** What messages call it, with the line that described it first. */
    StatementLabel label() {
        return label;
    }

    /** The parameters in order of first occurrence. */
    List<String> names() {
        return names;
    }

    /** Whether {@code IN (:name)} is among the places of this parameter. */
    boolean takesList(String name) {
        return listNames.contains(name);
    }

    /** The first position in the text where this parameter stands and a list may not. */
    OptionalInt positionWithoutList(String name) {
        Set<Integer> lists = named.lists().stream().map(ListPlace::occurrence).collect(Collectors.toSet());
        return IntStream.range(0, named.occurrences().size())
                .filter(i -> named.occurrences().get(i).equals(name) && !lists.contains(i))
                .map(named.positions()::get)
                .findFirst();
    }

    /**
     * The variant for these lists.
     *
     * @param markers how many markers each parameter that a list is bound to has
     */
    SqlVariant variant(Map<String, Integer> markers) {
        if (markers.isEmpty()) {
            return plain;
        }
        SqlVariant known = withLists.get(markers);
        if (known == null) {
            known = SqlVariant.of(named, dialect, markers);
            if (withLists.size() < CACHED_VARIANTS) {
                withLists.put(markers, known);
            }
        }
        return known;
    }
}
