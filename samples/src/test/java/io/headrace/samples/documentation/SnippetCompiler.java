package io.headrace.samples.documentation;

import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Makes a class of a page's statements. Its {@code run} method takes what the statements may use and runs them. */
final class SnippetCompiler {

    private static final List<String> IMPORTS = List.of(
            "io.headrace.core.*",
            "io.headrace.core.bulk.*",
            "io.headrace.core.coalesce.*",
            "io.headrace.core.connection.AccessMode",
            "io.headrace.core.connection.TransactionOutcome",
            "io.headrace.core.scan.*",
            "io.headrace.core.dialect.RowLock",
            "io.headrace.core.dialect.TransactionMode",
            "io.headrace.core.error.*",
            "io.headrace.core.json.*",
            "io.headrace.core.mapping.*",
            "io.headrace.core.observe.*",
            "io.headrace.pool.*",
            "io.headrace.redis.*",
            "io.headrace.sqlite.*",
            "io.headrace.tx.*",
            "io.r2dbc.spi.Connection",
            "io.r2dbc.spi.ConnectionFactoryOptions",
            "io.r2dbc.spi.IsolationLevel",
            "io.r2dbc.spi.Option",
            "java.math.BigDecimal",
            "java.nio.file.Files",
            "java.nio.file.Path",
            "java.time.*",
            "java.util.*",
            "java.util.function.Supplier",
            "org.jspecify.annotations.Nullable",
            "org.reactivestreams.Publisher",
            "reactor.core.Disposable",
            "reactor.core.publisher.*");

    private SnippetCompiler() {}

    static Class<?> compile(Path page, Snippets snippets, Path folder) throws Exception {
        String source = source(snippets);
        DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        boolean compiled = compiler.getTask(
                        null,
                        null,
                        problems,
                        List.of("-d", folder.toString(), "-cp", classPath(), "-proc:none", "-parameters"),
                        null,
                        List.of(new SourceInMemory(source)))
                .call();
        if (!compiled) {
            throw new AssertionError(page.getFileName() + " does not compile:" + describe(problems, source));
        }
        URLClassLoader loader =
                new URLClassLoader(new URL[] {folder.toUri().toURL()}, SnippetCompiler.class.getClassLoader());
        return loader.loadClass("Page");
    }

    /** The variables are fields and not parameters, so that a page may declare its own of the same name. */
    private static String source(Snippets snippets) {
        StringBuilder source = new StringBuilder();
        IMPORTS.forEach(name -> source.append("import ").append(name).append(";\n"));
        return source.append(
                        """
                        public class Page {
                            static String url, redisUrl;
                            static Pool pool;
                            static Database db;
                            static Transactions tx;
                            static RedisToolkit redis;

                            public static void run(String u, String r, Pool p, Database d, Transactions t, RedisToolkit k)
                                    throws Exception {
                                url = u; redisUrl = r; pool = p; db = d; tx = t; redis = k;
                                statements();
                            }

                            static void statements() throws Exception {
                        """)
                .append(snippets.statements())
                .append("\n}}\n")
                .toString();
    }

    private static String describe(DiagnosticCollector<JavaFileObject> problems, String source) {
        List<String> lines = source.lines().toList();
        StringBuilder text = new StringBuilder();
        for (Diagnostic<?> problem : problems.getDiagnostics()) {
            int line = (int) problem.getLineNumber();
            text.append("\n  ").append(problem.getMessage(null));
            if (line > 0) {
                text.append("\n    at: ").append(lines.get(line - 1).strip());
            }
        }
        return text.toString();
    }

    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    private static final class SourceInMemory extends SimpleJavaFileObject {
        private final String source;

        SourceInMemory(String source) {
            super(URI.create("string:///Page.java"), Kind.SOURCE);
            this.source = source;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source;
        }
    }
}
