#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes twelve pages to try it, scans/page-NN.tif: invoices, drawn by text2image of Debian's tesseract-ocr; what stands on them is in pages.txt, one line each.
set -eu
mkdir -p scans
: >pages.txt
for i in 01 02 03 04 05 06 07 08 09 10 11 12; do
  printf 'Invoice 2026-%s\nTo the Harbour Office, Quay %d\nLamps %d at 12.50\nTotal due: %d.50 within thirty days\n' \
    "$i" "${i#0}" "$((${i#0} + 3))" "$((${i#0} * 37))" >page.txt
  tr '\n' ' ' <page.txt | sed 's/ *$/\n/' >>pages.txt
  text2image --text=page.txt --outputbase=scans/page-"$i" --font='DejaVu Serif' --fonts_dir=/usr/share/fonts/truetype/dejavu \
    --ptsize=14 --resolution=200 --xsize=1200 --ysize=600 --degrade_image --exposure=0 >/dev/null 2>&1
  rm scans/page-"$i".box page.txt
done
