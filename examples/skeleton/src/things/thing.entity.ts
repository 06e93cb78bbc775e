import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import { timestamp } from '../database/columns';

@Entity('things')
export class Thing {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ length: 100 })
  name!: string;

  @Column({ ...timestamp, name: 'added_at' })
  addedAt!: Date;
}
