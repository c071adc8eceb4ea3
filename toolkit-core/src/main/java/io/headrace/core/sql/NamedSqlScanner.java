package io.headrace.core.sql;

import io.headrace.core.error.ParameterException;
import java.util.ArrayList;
import java.util.List;

/** One pass over the tokens of a text. */
final class NamedSqlScanner {

    private final String source;
    private final SqlSyntax syntax;
    private final List<String> parts = new ArrayList<>();
    private final List<String> occurrences = new ArrayList<>();
    private final List<Integer> positions = new ArrayList<>();

    NamedSqlScanner(String source, SqlSyntax syntax) {
        this.source = source;
        this.syntax = syntax;
    }

    NamedSql scan() {
        SqlLexer lexer = new SqlLexer(source, syntax);
        ListFinder lists = new ListFinder();
        StatementSplitter splitter = new StatementSplitter(source);
        int partStart = 0;
        for (lexer.next(); lexer.kind() != SqlLexer.Kind.END; lexer.next()) {
            lists.accept(lexer, occurrences.size());
            splitter.accept(lexer);
            if (lexer.kind() == SqlLexer.Kind.PARAMETER) {
                parts.add(source.substring(partStart, lexer.start()));
                occurrences.add(source.substring(lexer.start() + 1, lexer.end()));
                positions.add(lexer.start());
                partStart = lexer.end();
            }
        }
        List<String> statements = splitter.finished();
        // Without the semicolon, so that something can be put behind the statement.
        parts.add(source.substring(partStart, statements.size() == 1 ? splitter.firstEnd() : source.length()));
        if (statements.size() > 1 && !occurrences.isEmpty()) {
            throw new ParameterException(
                    "a text of " + statements.size() + " statements cannot have parameters, but has :"
                            + occurrences.get(0) + " at position " + (positions.get(0) + 1)
                            + "; send the statements one by one: " + SqlExcerpt.around(source, positions.get(0)));
        }
        return new NamedSql(source, parts, occurrences, positions, lists.places(), statements);
    }
}
