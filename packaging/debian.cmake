# CPack runs this when the package's files are in their places: compresses what Debian's policy wants compressed.
# Without a time and a name in it, the same files make the same package.
set(share ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr/share)
file(COPY ${CPACK_POPQUIZ_CHANGELOG} DESTINATION ${share}/doc/popquiz)
file(GLOB_RECURSE pages ${share}/man/*.[1-8])
execute_process(COMMAND gzip -9 --no-name ${pages} ${share}/doc/popquiz/changelog COMMAND_ERROR_IS_FATAL ANY)
