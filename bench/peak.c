// peak COMMAND...   runs a command and prints its peak memory in kB to stderr's last line.
// A small parent, as Linux counts what the parent had before exec as the child's.
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv) {
	if (argc < 2) return 2;
	pid_t pid = fork();
	if (pid < 0) return 2;
	if (pid == 0) { execvp(argv[1], argv + 1); _exit(127); }
	int status; struct rusage usage;
	if (wait4(pid, &status, 0, &usage) < 0) return 2;
	fprintf(stderr, "\npeak_rss_kb %ld\n", usage.ru_maxrss);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
