package io.headrace.core.scan;

import io.headrace.core.error.ScanException;
import io.headrace.core.mapping.RowMapper;
import io.r2dbc.spi.RowMetadata;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Reads the pages of one subscription, one after the other; its methods are called in turn, never at the same time.
 *
 * <p>The first page is always plain. It shows the types, by which it is decided whether the others are packed; a scan of one
 * page never pays for the question.
 */
final class PageReader<T> {

    private static final String ENUMS =
            "SELECT count(*) FROM pg_catalog.pg_type WHERE typtype = 'e' AND oid::int8 = ANY(:headrace_types)";

    private final PageStatements statements;
    private final RowMapper<T> mapper;
    private final ScanSettings settings;
    private final ScanSql sql;
    private PageStart position;
    private PageStatements.@Nullable PageStatement plainStatement;
    private PageStatements.@Nullable PageStatement packedStatement;
    private @Nullable PackedLayout layout;
    private boolean undecided;

    PageReader(PageStatements statements, RowMapper<T> mapper, ScanSettings settings) {
        this.statements = statements;
        this.mapper = mapper;
        this.settings = settings;
        this.sql = new ScanSql(statements.dialect(), statements.source(), settings);
        this.position = PageStart.of(settings);
        this.undecided = settings.packed() && statements.dialect().name().equals("PostgreSQL");
    }

    /** Reads the next page; without rows only where no more are to come. */
    Mono<RawPage<T>> next() {
        PackedLayout known = layout;
        Mono<RawPage<T>> page = known == null
                ? plain(position).delayUntil(this::decide).map(plain -> plain)
                : packed(known).map(packed -> packed);
        return page.delayUntil(this::arrived);
    }

    /** Goes back to this place, and reads no page packed from now on. */
    void goOnPlainly(PageStart start) {
        layout = null;
        position = start;
    }

    private Mono<PlainPage<T>> plain(PageStart start) {
        return Mono.defer(() -> {
            PlainPage<T> page = new PlainPage<>(start, settings, mapper);
            return plainStatement(start)
                    .read(sql.pageValues(start.after()), result -> result.map(page::add))
                    .then(Mono.just(page));
        });
    }

    private PageStatements.PageStatement plainStatement(PageStart start) {
        if (start.after() == null) {
            return statements.prepare(sql.page(true));
        }
        PageStatements.PageStatement prepared = plainStatement;
        if (prepared == null) {
            prepared = statements.prepare(sql.page(false));
            plainStatement = prepared;
        }
        return prepared;
    }

    private Mono<PackedPage<T>> packed(PackedLayout known) {
        PageStart start = position;
        PageStatements.PageStatement prepared = packedStatement;
        if (prepared == null) {
            prepared = statements.prepare(sql.packedPage(known.names()));
            packedStatement = prepared;
        }
        return prepared.read(sql.pageValues(start.after()), known::read)
                .single()
                .map(arrays -> new PackedPage<>(start, settings, known, arrays, mapper));
    }

    private Mono<Void> arrived(RawPage<T> page) {
        ScanKey key = page.lastKey();
        boolean keyWasCompared = page.start().after() != null;
        if (key != null) {
            position = page.start().behind(page.size(), key);
        }
        return page.last() && keyWasCompared ? requireNoNullKeys() : Mono.empty();
    }

    /** A comparison with NULL is never true, so such rows are on no page but perhaps the first. */
    private Mono<Void> requireNoNullKeys() {
        return statements
                .prepare(sql.nullKeys())
                .read(Map.of(), result -> result.map((row, metadata) -> true))
                .next()
                .flatMap(found -> Mono.error(() -> new ScanException(
                        "one of the key columns " + settings.key() + " is NULL in some row" + KeyReader.nullAdvice())));
    }

    private Mono<Void> decide(PlainPage<T> page) {
        RowMetadata metadata = page.metadata();
        if (!undecided || page.last() || metadata == null) {
            return Mono.empty();
        }
        undecided = false;
        PackedLayout possible = PackedLayout.of(metadata, settings.key());
        if (possible == null) {
            return Mono.empty();
        }
        Long[] userTypes = PackedLayout.userTypes(metadata);
        if (userTypes.length == 0) {
            layout = possible;
            return Mono.empty();
        }
        return statements
                .prepare(ENUMS)
                .read(
                        Map.of("headrace_types", userTypes),
                        result -> result.map(
                                (row, unused) -> Long.valueOf(userTypes.length).equals(row.get(0, Long.class))))
                .single()
                .doOnNext(allEnums -> layout = allEnums ? possible : null)
                .then();
    }
}
