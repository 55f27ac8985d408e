#!/bin/sh
# from_build_folder.sh ROOT BUILD COMMAND...: runs the command in the folder BUILD, two levels below ROOT, with every path below
# ROOT written from there. So the same file is compiled by the same words in every checkout. What lies below BUILD has the names
# by which ninja knows it: a header that is made there would otherwise be taken for another file, and its users not built anew.
root=$1 build=$2
shift 2
for word; do
    shift
    option=
    case $word in -I*) option=-I word=${word#-I} ;; esac
    case $word/ in
    "$build"/) word=. ;;
    "$build"/*) word=${word#"$build"/} ;;
    "$root"/) word=../.. ;;
    "$root"/*) word=../../${word#"$root"/} ;;
    esac
    set -- "$@" "$option$word"
done
exec "$@"
