// The floor under hashing a tree of small files: what a C program with one thread needs that opens, asks for the size, reads, closes and hashes
// each file, and does nothing else: no order, no metadata, no second look whether the file was left alone.

#define _GNU_SOURCE

#include <dirent.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static unsigned char buffer[1 << 16];
static unsigned long file_count, byte_count;

static void hash_file(EVP_MD_CTX *context, const EVP_MD *sha256, int folder, const char *name) {
    const int file = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NOATIME);
    struct stat status;
    if (file < 0 || fstat(file, &status) != 0) {
        perror(name);
        exit(1);
    }
    unsigned char digest[EVP_MAX_MD_SIZE];
    EVP_DigestInit_ex2(context, sha256, NULL);
    for (off_t done = 0; done < status.st_size;) {
        const ssize_t count = read(file, buffer, sizeof buffer);
        if (count <= 0) {
            perror(name);
            exit(1);
        }
        EVP_DigestUpdate(context, buffer, (size_t)count);
        done += count;
        byte_count += (unsigned long)count;
    }
    EVP_DigestFinal_ex(context, digest, NULL);
    close(file);
    file_count++;
}

static void hash_folder(EVP_MD_CTX *context, const EVP_MD *sha256, int parent, const char *name) {
    const int folder = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *entries = folder < 0 ? NULL : fdopendir(folder);
    if (entries == NULL) {
        perror(name);
        exit(1);
    }
    for (struct dirent *entry = readdir(entries); entry != NULL; entry = readdir(entries)) {
        if (entry->d_type == DT_REG) {
            hash_file(context, sha256, folder, entry->d_name);
        } else if (entry->d_type == DT_DIR && entry->d_name[0] != '.') {
            hash_folder(context, sha256, folder, entry->d_name);
        }
    }
    closedir(entries);
}

int main(int count, char **arguments) {
    if (count != 2) {
        fprintf(stderr, "usage: floor FOLDER\n");
        return 64;
    }
    hash_folder(EVP_MD_CTX_new(), EVP_MD_fetch(NULL, "SHA2-256", NULL), AT_FDCWD, arguments[1]);
    printf("%lu files, %lu bytes\n", file_count, byte_count);
    return 0;
}
